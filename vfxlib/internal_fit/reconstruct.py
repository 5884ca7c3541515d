"""The reconstruction loss, a masked L1, and the Laplace likelihood by which the painter predicts its own error."""

import torch

__all__ = ["laplace_nll", "masked_l1"]


def masked_l1(painted: torch.Tensor, truth: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Measure the mean absolute error of the painting over what is known.

    painted  [b 3+ h w]; channels beyond the truth's are not looked at
    truth    [b 3 h w], the same colour; may be anything where the weight is 0, NaN too
    weight   [b 1 h w], at least 0: how much a pixel counts; 0 where the truth is unknown, whose pixels get no gradient
    returns  scalar float32, 0 if nothing is known
    paper    Implicit internal video inpainting, eq. 2; there the weight is 1 or 0
    """
    return weighted_mean(absolute_error(painted, truth, weight), weight)


def laplace_nll(
    log_error: torch.Tensor, painted: torch.Tensor, truth: torch.Tensor, weight: torch.Tensor
) -> torch.Tensor:
    """The negative log likelihood (NLL) of a Laplace distribution: how well the painter predicts its own error.

    There is no gradient into the colours.

    log_error  [b 1 h w], natural log of the expected absolute error (mean of the three colours), in the colours' unit
    others     as in `masked_l1`
    returns    scalar float32: least where exp(log_error) is the mean error
    """
    error = absolute_error(painted.detach(), truth, weight)
    # beyond e^±12 nothing is left to predict, and exp must not overflow
    log_error = log_error.float().clamp(-12.0, 12.0)
    log_error = torch.where(weight > 0, log_error, 0.0)
    return weighted_mean(error * torch.exp(-log_error) + log_error, weight)


def absolute_error(painted: torch.Tensor, truth: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Take the mean absolute error of the colours at each pixel, [b 1 h w]; exactly 0 where the weight is 0."""
    # the unknown is left out before the difference: 0 times the gradient of a NaN is still a NaN
    counts = weight > 0
    ours = torch.where(counts, painted[:, : truth.shape[1]].float(), 0.0)
    theirs = torch.where(counts, truth.float(), 0.0)
    return (ours - theirs).abs().mean(1, keepdim=True)


def weighted_mean(error: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Average over pixels by weight; 0 if there is none."""
    weight = weight.float()
    return (error * weight).sum() / weight.sum().clamp(min=1e-6)
