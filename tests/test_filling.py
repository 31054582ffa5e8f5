import numpy as np
import pytest
from own_photographs import tiny

from inpainting_guide import filling
from inpainting_guide.data import holes


@pytest.mark.parametrize("batch_size", [0, -1, 2.0, "2", None])
def test_a_batch_of_no_size_is_refused_before_the_network_is_asked(photographs, batch_size):
    location_map = holes.square([3] * 12, [4] * 12)
    with pytest.raises(ValueError, match="batch_size"):
        filling.fill(None, photographs, location_map, batch_size)


@pytest.mark.parametrize("batch_size", [1, np.int64(5), 12, 100])
def test_the_size_of_batches_changes_nothing(photographs, batch_size):
    location_map = holes.square([3] * 12, [4] * 12)
    network = tiny()
    filled = filling.fill(network, photographs, location_map, batch_size)
    expected = filling.fill(network, photographs, location_map)
    np.testing.assert_allclose(filled, expected, atol=1e-6)
