using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>A node as the store knows it: its last stay, whether that still lasts or not.</summary>
/// <param name="Node">The node.</param>
/// <param name="BootId">The kernel's boot id of the last stay.</param>
/// <param name="Session">The last stay; zero: it never joined. Grows.</param>
public sealed record MemberRecord(NodeId Node, string BootId, long Session)
{
    /// <summary>The agent's process that may ask for changes: what an earlier one asked, and what comes late, is refused.</summary>
    public long Run { get; init; }

    /// <summary>True if the watchdog was opened and its timeout read back, so that the end of the lease proves the end of writing.</summary>
    public bool IsAttested { get; init; }

    /// <summary>True if an operator wants it empty.</summary>
    public bool IsDrained { get; init; }

    /// <summary>True if it is being shut down.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>The last attempt to end a stay from outside; null if there was none.</summary>
    public FenceRecord? Fence { get; init; }
}
