"""What a step's result is made from, as a number: parameters, version, weights and the content of every input."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodes.declare import FrameFiles, Text, controls
from nodes.engine.context import StepContext
from nodes.engine.layers import requested
from nodes.engine.named import named
from nodes.job import JobNode
from vfxlib.inputs.matte import Matte
from vfxlib.inputs.prior_fill import GivenFill
from vfxlib.io.shipped_weights import SHIPPED, shipped_words
from vfxlib.pipeline.fingerprint import fingerprint_with
from vfxlib.version import VERSION

__all__ = [
    "FingerprintBase",
    "fingerprint_base",
    "frame_fingerprint",
    "input_digests",
    "key_digests",
    "reads_the_same",
    "shot_fingerprint",
]


@dataclass(frozen=True)
class FingerprintBase:
    """What all frames of a step are made with; with a frame's inputs it makes the fingerprint.

    values  as text
    layers  that were asked for beside the usual ones
    """

    values: str
    layers: tuple[str, ...] = ()

    def of(self, inputs: Mapping[str, Any]) -> str:
        """SHA-256 of the base and the identities of everything that a frame is made from, and the layers."""
        made_from = hashlib.sha256((self.values + _canonical(inputs)).encode()).hexdigest()
        return fingerprint_with(made_from, self.layers)


def fingerprint_base(context: StepContext) -> FingerprintBase:
    """The part of the fingerprint that all frames of a step share; it holds no path."""
    shot, matte, step, output = context.job.shot, context.shot.matte, context.step, context.job.output
    node, names = context.job_node.node, () if matte is None else matte.names
    if output.cryptomatte:
        names = (*names, "cryptomatte")
    more = requested(context.job, context.job_node) if step is node.steps[-1] else ()
    return FingerprintBase(
        _canonical(
            {
                "version": VERSION,
                "node": " ".join(filter(None, (node.name, node.version))),
                "step": step.name,
                "params": _params(context),
                "device": context.device_kind if step.gpu else "cpu",
                "shot": {
                    "colour": context.shot.colours.identity,
                    "plate_layer": shot.plate_layer,
                    "matte_channel": "" if matte is None else matte.channel,
                    "matte_id": -1 if matte is None or not matte.chosen else list(matte.chosen),
                    "seed": output.seed if step.random else 0,
                    "layers": [output.layers, output.keep_layers, *names] if context.is_result else [],
                    **({} if context.shot.reduction is None else {"size": context.shot.display.size}),
                },
                **({"compression": output.compression} if context.is_result and output.compression != "zip" else {}),
            }
        ),
        more,
    )


def frame_fingerprint(context: StepContext, base: FingerprintBase, number: int) -> str:
    """The fingerprint of a FRAMES step's frame.

    base    of the step
    raises  UsageError if an earlier step has not run
    """
    inputs = named(context.step.inputs)(context, number) if context.step.inputs else {}
    return base.of({"frame": number, **input_digests(context, context.around(number)), **inputs})


def shot_fingerprint(context: StepContext) -> str:
    """The fingerprint of a SHOT step, which is made from every frame and all keys, or from earlier steps' files alone.

    raises  UsageError if an earlier step has not run
    """
    numbers, step = list(context.shot.frames), context.step
    inputs = named(step.inputs)(context) if step.inputs else {}
    if step.reads_shot:
        keys = {"keys": key_digests(context)} if context.shot.keys is not None else {}
        inputs = {"frames": numbers, **input_digests(context, numbers), **keys, **inputs}
    return fingerprint_base(context).of(inputs)


def key_digests(context: StepContext) -> Mapping[str, Any]:
    """What all keys hold, for the fingerprint of a step that any of them changes."""
    keys, shot = context.keys, context.job.shot
    frames = {str(number): keys.digest(number, context.digests.file) for number in keys.frames}
    picked = {"channel": shot.matte_channel, "id": list(keys.chosen) or shot.matte_id, "apart": keys.apart}
    return {**picked, "frames": frames}


def input_digests(context: StepContext, frames: Sequence[int]) -> dict[str, dict[str, str]]:
    """What plate, matte and the node's fill hold on some frames: SHA-256, by name and frame."""
    digests = context.input_digests
    absent = [number for number in frames if number not in digests]
    if len(absent) > 1:
        with ThreadPoolExecutor(context.resources.threads) as pool:
            digests.update(zip(absent, pool.map(lambda number: _digests(context, number), absent), strict=True))
    elif absent:
        digests[absent[0]] = _digests(context, absent[0])
    names = digests[frames[0]] if frames else {}
    return {name: {str(number): digests[number][name] for number in frames} for name in names}


def reads_the_same(context: StepContext, before: StepContext) -> bool:
    """Whether all that an earlier step of the node has read is still what a later one would read.

    before  the earlier step's
    """
    if context.job_node is not before.job_node or context.digests.changed():
        return False
    frames = sorted(before.input_digests)
    now = input_digests(context, frames)
    return all(now.get(name, known) == known for name, known in input_digests(before, frames).items())


def _digests(context: StepContext, number: int) -> dict[str, str]:
    shot, upstream = context.shot, context.upstream

    def digest(given: Matte | GivenFill, maker: JobNode | None) -> str:
        upstream.require(maker, number)
        made = maker is not None
        return context.identity(given.footage.path(number)) if made else given.digest(number, context.digests.file)

    digests = {"plate": shot.plate.digest(number, context.digests.file)}
    if shot.matte is not None:
        digests["matte"] = digest(shot.matte, upstream.matte_maker)
    if upstream.fill is not None and context.step.reads_fill:
        digests["fill"] = f"{upstream.fill.identity} {digest(upstream.fill, upstream.fill_maker)}"
    return digests


def _params(context: StepContext) -> dict[str, Any]:
    """The parameters that the step's result depends on: never a path, but what its file holds."""
    params = context.job_node.params
    values, used = params.to_mapping(), {}
    for name, control in controls(params).items():
        if name not in context.step.uses or isinstance(control, FrameFiles):
            continue  # files for single frames belong to the frames that they change
        if isinstance(control, Text) and control.ships and values[name] == SHIPPED:
            used[name] = shipped_words(control.ships)  # which never fails: it may be of no use here
        elif isinstance(control, Text) and control.what == "FILE" and values[name]:
            used[name] = context.digests.file(Path(values[name]))
        else:
            used[name] = values[name]
    return used


def _canonical(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"), default=str)
