namespace NodeAgent.Contract;

/// <summary>Mirroring between sites, seen from this one.</summary>
/// <param name="Site">This site's name.</param>
/// <param name="IsOn">Whether volumes can be mirrored at all.</param>
/// <param name="Interval">How often the writing node has its units mirrored; zero: it does not, somebody else does.</param>
public sealed record SiteSight(string Site, bool IsOn, TimeSpan Interval)
{
    /// <summary>Other sites.</summary>
    public IReadOnlyList<SitePeer> Peers { get; init; } = [];

    /// <summary>This site's daemons; null if that could not be asked.</summary>
    public IReadOnlyList<SiteDaemon>? Daemons { get; init; }

    /// <summary>Units, by name.</summary>
    public IReadOnlyList<UnitMirror> Units { get; init; } = [];
}
