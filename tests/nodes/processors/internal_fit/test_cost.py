"""What a fit takes is told by its network and the plate."""

from nodes.processors.internal_fit.cost import fit as cost
from tests.nodes.engine.made import context, fit, matted


def test_a_wider_or_another_network_and_more_frames_take_more(folder):
    def told(frames="1-3", **params):
        at = context(matted(folder, frames=frames), folder, fit(**params))
        return cost(at.shot, at.job_node.params)

    plain = told()
    assert plain.disk > 0
    assert plain.memory > 0
    assert told(frames="1").disk < plain.disk
    for more in ({"width": 1.0}, {"network": "stacked"}, {"network": "coarse-to-fine"}):
        assert told(**more).disk > plain.disk
        assert told(**more).memory > plain.memory
    assert told(stabilise=0.0).memory < plain.memory
    assert told(grow=3.0) == plain
    assert told(iterations=7).seconds < told(quality="draft").seconds < plain.seconds < told(quality="best").seconds
