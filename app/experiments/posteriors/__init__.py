"""``PosteriorSpec``: several methods on one density, each beside the answer."""
