namespace NodeAgent.Daemon.Api;

/// <summary>The small messages of the local API.</summary>
internal static class Messages
{
    /// <summary>A unit, as an operator calls it.</summary>
    public sealed record OfUnit(string Unit);

    /// <summary>A volume.</summary>
    public sealed record OfVolume(string Unit, string Volume);

    /// <summary>A volume's new size.</summary>
    public sealed record Expand(string Unit, string Volume, long Bytes);

    /// <summary>A snapshot.</summary>
    public sealed record OfSnapshot(string Unit, string Name);

    /// <summary>A hold.</summary>
    public sealed record Hold(string Unit, string Name, string Tag);

    /// <summary>A rollback, as planned.</summary>
    public sealed record Rollback(string Unit, string Name, string Fingerprint);

    /// <summary>A clone.</summary>
    public sealed record CloneTo(string Unit, string Name, string NewUnit);

    /// <summary>A copy.</summary>
    public sealed record OfCopy(string Unit, string Peer);

    /// <summary>Nothing to say.</summary>
    public sealed record Nothing;

    /// <summary>A cluster to found, with the seats of its store as NAME=ADDRESS; none: without a store.</summary>
    public sealed record Init(IReadOnlyList<string>? Store = null, string? Witness = null);

    /// <summary>A seat of the store, as NAME=ADDRESS.</summary>
    public sealed record Seat(string Text, bool IsWitness);

    /// <summary>A join token to make.</summary>
    public sealed record Token(double? LifetimeSeconds);

    /// <summary>A join.</summary>
    public sealed record Join(string Token, string? Through);

    /// <summary>A node.</summary>
    public sealed record OfNode(string Node);

    /// <summary>A plugin's version.</summary>
    public sealed record OfVersion(string Plugin, string Version);

    /// <summary>A plugin or backend.</summary>
    public sealed record OfName(string Name);
}
