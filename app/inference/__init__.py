"""Methods that join the parts: approximations that the optimisers of the product descend."""
