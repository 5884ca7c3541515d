import pytest
import torch

from tests.vfxlib.mask_propagate.shots import CPU
from vfxlib.errors import OutputError
from vfxlib.train.kept import Kept


@pytest.mark.parametrize("room", [0, 2 * 3 * 4 * 5 * 2, 10**9])
def test_what_was_kept_comes_back_whatever_the_room(room, tmp_path):
    kept = Kept(3, (4, 5), device=CPU, room=room, folder=tmp_path)
    tensors = {place: torch.rand((3, 4, 5), generator=torch.Generator().manual_seed(place)) for place in (7, 2, 9, 0)}
    for place, tensor in tensors.items():
        kept.keep(place, tensor)
    assert len(kept) == 4
    for place in (0, 9, 2, 7, 0):
        assert kept.read(place).dtype == torch.float32
        assert torch.equal(kept.read(place), tensors[place].half().float())
    assert not list(tmp_path.iterdir())
    kept.close()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    kept = Kept(1, (4, 5), device=CPU, room=0, folder=tmp_path / "file")
    with pytest.raises(OutputError, match="do not fit into memory"):
        kept.keep(0, torch.zeros(1, 4, 5))
