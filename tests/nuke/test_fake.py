"""The fake has no name that Nuke has not, and takes nothing that Nuke does not."""

import ast
import importlib.util
import inspect
from pathlib import Path

import pytest


def stubs():
    """What types-nuke declares: names of the module, and of its classes with theirs; a name -> its parameters."""
    found = importlib.util.find_spec("nuke-stubs")
    if found is None or not found.submodule_search_locations:
        pytest.skip("types-nuke is not installed")
    folder = Path(next(iter(found.submodule_search_locations)))
    functions, classes, values = {}, {}, set()
    for path in folder.glob("*.pyi"):
        for each in ast.parse(path.read_text()).body:
            if isinstance(each, ast.FunctionDef):
                functions.setdefault(each.name, []).append(each.args)
            elif isinstance(each, ast.ClassDef):
                methods = classes.setdefault(each.name, ([ast.unparse(base) for base in each.bases], {}))[1]
                for own in each.body:
                    if isinstance(own, ast.FunctionDef):
                        methods.setdefault(own.name, []).append(own.args)
            elif isinstance(each, ast.AnnAssign):
                values.add(ast.unparse(each.target))
    return functions, classes, values


def fits(function, ways, inherited=False):
    """True if one of the declared ways has every parameter that the fake has, or takes any.

    inherited  True of a method of a base class, whose parameters a kind may call otherwise: their number counts
    """
    own = [name for name in inspect.signature(function).parameters if name != "self"]
    for way in ways:
        declared = [arg.arg for arg in (*way.args, *way.kwonlyargs) if arg.arg != "self"]
        if way.vararg is not None or set(own) <= set(declared) or (inherited and len(own) <= len(declared)):
            return True
    return False


def methods(classes, name):
    bases, own = classes[name]
    found = dict(own)
    for base in bases:
        if base in classes:
            found = {**methods(classes, base), **found}
    return found


def test_every_public_name_of_the_fake_and_its_parameters_are_nuke_s(nuke):
    functions, classes, values = stubs()
    own = {name: value for name, value in vars(nuke).items() if name[0] != "_"}
    modules = {name for name, value in own.items() if inspect.ismodule(value) or name in ("Any", "Path")}
    lists = {"groups", "from_text", "to_text"}  # of the fake's own files
    for name in own.keys() - modules - lists:
        value = own[name]
        if inspect.isclass(value):
            known = methods(classes, name)
            for method, function in inspect.getmembers(value, inspect.isfunction):
                if method[0] != "_":
                    assert method in known, f"{name}.{method}"
                    inherited = method not in vars(value)
                    assert fits(function, known[method], inherited), f"{name}.{method}"
        elif inspect.isfunction(value):
            assert name in functions, name
            assert fits(value, functions[name]), name
        else:
            assert name in values, name


def test_what_nuke_does_not_have_raises(nuke):
    with pytest.raises(AttributeError):
        nuke.nodes.Reed()
    with pytest.raises(AttributeError):
        nuke.executeInMainThred(print)
    read = nuke.nodes.Read()
    with pytest.raises(NameError):
        read["frist"]
    with pytest.raises(AssertionError, match="has no"):
        read["on_error"].setValue("chequerboard")
    write = nuke.nodes.Write()
    with pytest.raises(NameError):
        write["datatype"]  # which it has only as an EXR
    nuke.delete(read)
    with pytest.raises(ValueError, match="not attached"):
        read.name()


def test_a_node_that_is_touched_on_another_thread_is_told(nuke):
    import threading

    read, told = nuke.nodes.Read(), []

    def touch():
        try:
            read["first"].setValue(5)
        except AssertionError as error:
            told.append(error)

    thread = threading.Thread(target=touch)
    thread.start()
    thread.join()
    assert told
