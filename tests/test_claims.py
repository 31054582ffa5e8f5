"""Differences that chapters quote: of the numbers themselves, never of rounded ones."""

from claims import claims


def published(direct, autoencoder):
    names = {"direct_cnn": direct, "autoencoder": autoencoder}
    return {
        name: {"psnr_of_mean": f"{value:.2f}", "psnr_of_mean_unrounded": value}
        for name, value in names.items()
    }


def test_a_difference_is_rounded_once():
    quoted = published(direct=16.546, autoencoder=16.284)  # of rounded ones: 16.28 - 16.55
    assert claims(quoted)["autoencoder_over_direct"] == "−0.26 dB"


def test_what_no_page_has_measured_is_no_claim():
    assert "unet_over_autoencoder" not in claims(published(16.5, 16.3))
