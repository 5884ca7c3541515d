"""A step captured once as a CUDA graph and replayed: nothing is launched from Python but a copy and the graph."""

from collections.abc import Callable

import torch

__all__ = ["CapturedStep", "capture"]

WARM_UP_RUNS = 3  # before the capture, in which libraries choose their kernels and take their memory

StepFunction = Callable[[tuple[torch.Tensor, ...]], torch.Tensor]


class CapturedStep:
    """A captured step.

    graph   what was captured
    inputs  the tensors that it reads
    output  the tensor that it writes
    """

    def __init__(self, graph: torch.cuda.CUDAGraph, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        self._graph, self._inputs, self._output = graph, inputs, output

    def fits(self, tensors: tuple[torch.Tensor, ...]) -> bool:
        """True if it can be replayed over these tensors: as many, of the same shapes and types."""
        return [(t.shape, t.dtype) for t in tensors] == [(t.shape, t.dtype) for t in self._inputs]

    def __call__(self, tensors: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """Replay it over other tensors; the output is overwritten by the next call."""
        for mine, given in zip(self._inputs, tensors, strict=True):
            mine.copy_(given, non_blocking=True)
        self._graph.replay()
        return self._output


def capture(run: StepFunction, tensors: tuple[torch.Tensor, ...], say: Callable[[str], None]) -> CapturedStep | None:
    """Capture a run over tensors on a CUDA device.

    run      may write into tensors that stay where they are, must read nothing back; it is run a few times
    tensors  examples of what it will be replayed over
    say      is told if it cannot be captured
    returns  None if it cannot be captured
    raises   what the run raises by itself, too little memory among it
    """
    inputs = tuple(tensor.clone() for tensor in tensors)
    device = inputs[0].device
    side = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    side.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(side):
        for _ in range(WARM_UP_RUNS):
            run(inputs)
    torch.cuda.current_stream(device).wait_stream(side)
    torch.cuda.synchronize(device)
    try:
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=side):
            output = run(inputs)
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        say(f"the steps are not recorded as a CUDA graph ({reason}); they run one by one, which is slower")
        return None
    return CapturedStep(graph, inputs, output)
