"""What a node takes from the nodes before it, or is given instead."""

from dataclasses import dataclass
from functools import cached_property

from nodes.engine.open_job import results_of
from nodes.engine.workspace import Workspace
from nodes.job import Job, JobNode
from nodes.plan import fill_maker, matte_maker
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.inputs.prior_fill import FillFrame, GivenFill, given_fill
from vfxlib.inputs.shot import OpenShot

__all__ = ["Upstream"]


@dataclass(frozen=True)
class Upstream:
    """Mattes and fill of one node of a job.

    shot  as the node sees it
    """

    job: Job
    job_node: JobNode
    shot: OpenShot
    workspace: Workspace

    @cached_property
    def matte_maker(self) -> JobNode | None:
        """The node that makes this one's mattes; None if they are given, or none are needed."""
        return matte_maker(self.job, self.job_node)

    @cached_property
    def fill_maker(self) -> JobNode | None:
        """The node whose result this one takes for its fill; None if another is given, or none is taken."""
        return fill_maker(self.job, self.job_node)

    @cached_property
    def fill(self) -> GivenFill | None:
        """The fill that the node takes; None if there is none. Files of the node before may not be there yet."""
        if self.fill_maker is None:
            return self.shot.fill
        return given_fill(results_of(self.job, self.fill_maker), self.shot.colours, self.shot.plate.format)

    def read_fill(self, number: int, window: Box) -> FillFrame | None:
        """A frame of the fill that the node takes, over a window; None if there is none.

        window  the plate's data window as a rule
        raises  UsageError if the node before has not made it, SequenceError and PictureError if it cannot be used
        """
        if self.fill is None:
            return None
        self.require(self.fill_maker, number)
        return self.fill.read(number, self.shot.display, window)

    def read_low(self, number: int) -> tuple[FillFrame, Box]:
        """A frame of the fill that a node takes at any size, over its own data window, and its display window.

        raises  as ``read_fill``
        """
        assert self.fill is not None, "a job in which a fill is missing is not begun"
        self.require(self.fill_maker, number)
        return self.fill.read_low(number, self.shot.plate_display)

    def says_confidence(self, number: int) -> bool:
        """True if the fill tells how good it is.

        raises  as ``read_fill``
        """
        assert self.fill is not None, "a job in which a fill is missing is not begun"
        self.require(self.fill_maker, number)
        return self.fill.says_confidence(number)

    def read_motion(self, number: int, window: Box) -> dict[str, Array]:
        """The background's motion that a frame of the fill holds, over a window: channel name -> [h w], as files do.

        returns  empty if there is no fill, or it holds none
        raises   as ``read_fill``
        """
        if self.fill is None:
            return {}
        self.require(self.fill_maker, number)
        return self.fill.read_motion(number, self.shot.display, window)

    def require(self, maker: JobNode | None, number: int) -> None:
        """See that an earlier node has made a frame; None stands for files that were given.

        raises  UsageError if it has not
        """
        if maker is not None:
            self.workspace.file(maker, maker.node.steps[-1], number)
