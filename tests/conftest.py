"""What every room's tests share."""

import pytest
from hypothesis import settings

from nearcritical import Network, network

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def default_network() -> Network:
    """algebraic/laplacian in one dimension, c = 3/10."""
    return network("algebraic", "laplacian", c="3/10")
