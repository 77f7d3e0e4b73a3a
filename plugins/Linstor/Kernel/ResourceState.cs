using System.Globalization;

namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>A resource as the kernel has it, in its own words.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">This node's: "Primary", "Secondary".</param>
/// <param name="Suspended">Why writes wait: "no", "fencing", "user", "no-data", "quorum", or several with commas.</param>
/// <param name="Connection">"Connected", "Connecting", "StandAlone"; empty if none is set up.</param>
/// <param name="PeerRole">The peer's role: "Unknown" while it does not answer.</param>
/// <param name="Volumes">Its volumes, by number.</param>
internal sealed record ResourceState(string Name, string Role, string Suspended, string Connection, string PeerRole, IReadOnlyList<VolumeState> Volumes)
{
    /// <summary>Nodes that it is connected to, or should be, beside the one that has the other copy (9.x).</summary>
    public IReadOnlyList<OtherPeer> Others { get; init; } = [];

    /// <summary>9.x: the number of the node that has the other copy; null if that is not told.</summary>
    public string? PeerId { get; init; }

    /// <summary>Why nothing may be made of what the kernel says of it; null: it is understood, and has two copies at most.</summary>
    public string? Odd { get; init; }

    public bool IsPrimary => Role == "Primary";

    public bool IsSecondary => Role == "Secondary";

    public bool IsConnected => Connection == "Connected";

    /// <summary>It does not try to reach the peer: by order, or because both wrote for themselves. 8.4 shows no connection then.</summary>
    public bool IsAlone => Connection is "" or "StandAlone";

    /// <summary>Writes wait until it is decided what the peer's copy is worth.</summary>
    public bool IsFrozen => Suspended.Split(',').Contains("fencing", StringComparer.Ordinal);

    /// <summary>Writes wait, for whatever reason.</summary>
    public bool IsStill => Suspended != "no";

    /// <summary>Every volume's copy here is up to date.</summary>
    public bool IsUpToDate => Volumes.Count > 0 && Volumes.All(volume => volume.IsUpToDate);

    /// <summary>Every volume's copy on the peer is up to date, as far as this node knows.</summary>
    public bool IsPeerUpToDate => Volumes.Count > 0 && Volumes.All(volume => volume.PeerDisk == "UpToDate");

    /// <summary>The peer itself says that a volume's copy there is not whole. What passes by at a connection, or is not known, is not that.</summary>
    public bool IsPeerBad => IsConnected && Volumes.Any(volume => volume.PeerDisk is "Diskless" or "Failed" or "Inconsistent" or "Outdated");

    /// <summary>
    /// Every volume's copy here is complete as far as this node can know alone. After a boot it is "Consistent" until a peer
    /// was asked; the certificate knows more.
    /// </summary>
    public bool IsConsistent => Volumes.Count > 0 && Volumes.All(volume => volume.Disk is "UpToDate" or "Consistent");

    /// <summary>Both copies of every volume are whole, the same, and stay so with every write.</summary>
    public bool IsMirrored => IsConnected && Volumes.Count > 0 && Volumes.All(volume => volume.IsMirrored);

    /// <summary>The kernel calls both copies of a volume up to date, and counts blocks in which they differ.</summary>
    public bool IsDifferent => IsConnected && Volumes.Any(volume => volume.IsDifferent);

    public long OutOfSyncBytes => Volumes.Sum(volume => volume.OutOfSyncBytes);

    /// <summary>What the copies differ in, for people.</summary>
    public string Difference => Volumes.All(volume => volume.IsDifferenceKnown)
        ? string.Create(CultureInfo.InvariantCulture, $"{OutOfSyncBytes} bytes differ") : "and nobody knows in what they differ";

    /// <summary>What makes two copies the same again that differ, on the node whose copy does not count. The kernel refuses it while it compares.</summary>
    public string Remedy => $"'drbdadm invalidate {Name}'{(Volumes.Any(volume => volume.IsVerifying) ? ", once the comparison of the copies has ended" : "")}";

    public override string ToString() =>
        $"{Role} {string.Join(',', Volumes.Select(volume => $"{volume.Disk}/{volume.PeerDisk} {volume.Replication}"))} {Connection} peer {PeerRole}{(IsDifferent ? $", {Difference}" : "")}{(IsStill ? $" suspended:{Suspended}" : "")}{(Odd is null ? "" : $" ({Odd})")}";

    /// <summary>One that the kernel lists in a way that is not understood: nothing is known of it, and nothing of others follows from that.</summary>
    public static ResourceState NotUnderstood(string name) => new(name, "", "no", "", "Unknown", []) { Odd = "drbdsetup's list of it is incomplete or contradicts itself" };
}
