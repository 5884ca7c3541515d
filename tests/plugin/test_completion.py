"""A shell completes the command's words by a script of the command's own."""

import shutil
import subprocess
import sys

import pytest

from plugin.cli import main
from tests.places import ROOT

ASK = """
source completion.sh
COMP_WORDS=({words}); COMP_CWORD={last}
function_of() {{ complete -p paintout | sed 's/.*-F \\([^ ]*\\) .*/\\1/'; }}
$(function_of) paintout "${{COMP_WORDS[{last}]}}" "${{COMP_WORDS[{before}]}}" 2>/dev/null
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def script(shell):
    words = [sys.executable, "-m", "plugin", "completion", shell]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
@pytest.mark.parametrize(
    ("words", "offers"),
    [
        ("paintout fl", {"flow-inpaint"}),
        ("paintout flow-inpaint --source", {"--source-margin"}),
        ("paintout clean-plate --quality ''", {"draft", "good", "best"}),
        ("paintout internal-fit --start completion.s", {"completion.sh"}),
        ("paintout submit --to dead", {"deadline", "deadline-cloud"}),
    ],
)
def test_bash_offers_what_the_command_knows(tmp_path, words, offers):
    (tmp_path / "completion.sh").write_text(script("bash"))
    last = len(words.split()) - 1
    ask = ASK.format(words=words, last=last, before=last - 1)
    told = subprocess.run(["bash", "-c", ask], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert set(told.stdout.split()) == offers, told.stderr


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_have_a_script_too(shell):
    assert "flow-inpaint" in script(shell)


def test_a_shell_that_nobody_knows_is_refused(capsys):
    assert main(["completion", "cmd"]) == 2
    assert "bash" in capsys.readouterr().err
