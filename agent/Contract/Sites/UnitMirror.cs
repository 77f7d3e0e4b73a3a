namespace NodeAgent.Contract;

/// <summary>A unit's mirroring between sites.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Volumes">Its volumes, mirrored or not.</param>
public sealed record UnitMirror(UnitId Unit, IReadOnlyList<VolumeMirror> Volumes)
{
    /// <summary>Why no node of this site may open the unit, though the storage might let it; null if they may.</summary>
    public string? Away { get; init; }

    /// <summary>False if the other site made it, and nobody has taken it up here.</summary>
    public bool IsKnown { get; init; } = true;

    /// <summary>The node that has it open; null if none has.</summary>
    public NodeId? OpenOn { get; init; }

    /// <summary>What its volumes are here.</summary>
    public SiteRole Role => Volumes.Select(volume => volume.Role).Distinct().ToList() switch
    {
        [] => SiteRole.None,
        [var one] => one,
        _ => SiteRole.Mixed,
    };

    /// <summary>The worst of its volumes.</summary>
    public SiteState State => Volumes.Select(volume => volume.State).DefaultIfEmpty(SiteState.Off).Max();

    /// <summary>The instant that all copies hold at least: of the mirrored volumes' the oldest; null if one of them is not known.</summary>
    public DateTimeOffset? HeldByCopy => State != SiteState.Off && Volumes.All(volume => volume.Role == SiteRole.None || volume.HeldByCopy is not null)
        ? Volumes.Min(volume => volume.HeldByCopy) : null;

    /// <summary>How old that is.</summary>
    public TimeSpan? Behind => HeldByCopy is null ? null : Volumes.Max(volume => volume.Behind);
}
