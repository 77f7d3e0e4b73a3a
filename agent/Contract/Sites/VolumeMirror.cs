namespace NodeAgent.Contract;

/// <summary>A volume's mirroring between sites. What is not known is left out, never guessed.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Role">What it is here.</param>
/// <param name="State">How it is.</param>
public sealed record VolumeMirror(VolumeId Volume, SiteRole Role, SiteState State)
{
    /// <summary>True: this site still tells of it, and holds nothing of it any more. Only looked at where another site was the source.</summary>
    public bool IsGone { get; init; }

    /// <summary>The newest instant that is mirrored and lies here, as read from the volume; only where one unit was asked for.</summary>
    public DateTimeOffset? NewestHere { get; init; }

    /// <summary>The newest instant of the source, by its clock, that the copy holds in whole.</summary>
    public DateTimeOffset? HeldByCopy { get; init; }

    /// <summary>How old that is: what would be lost if the source were lost now. Sites' clocks may differ.</summary>
    public TimeSpan? Behind { get; init; }

    /// <summary>How fast the last instant came over, in bytes a second.</summary>
    public double? BytesPerSecond { get; init; }

    /// <summary>How many bytes the last instant brought.</summary>
    public long? LastBytes { get; init; }

    /// <summary>How much of the instant that is under way is there, 0 to 1; null if none is.</summary>
    public double? Progress { get; init; }

    /// <summary>What each site said.</summary>
    public IReadOnlyList<SiteVoice> Voices { get; init; } = [];
}
