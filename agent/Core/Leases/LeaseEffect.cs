using NodeAgent.Contract;

namespace NodeAgent.Core.Leases;

/// <summary>What is to be done, in this order. Each is idempotent.</summary>
public abstract record LeaseEffect
{
    private LeaseEffect()
    {
    }

    /// <summary>Tell the guard that it may feed until then, and not longer.</summary>
    public sealed record FeedUntil(Instant Deadline) : LeaseEffect;

    /// <summary>Freeze all services.</summary>
    public sealed record FreezeServices(string Reason) : LeaseEffect;

    /// <summary>Let them go on.</summary>
    public sealed record ThawServices : LeaseEffect;

    /// <summary>Kill all services and demote all units, at once and without waiting for anybody.</summary>
    public sealed record ReleaseAll(string Reason) : LeaseEffect;

    /// <summary>Nothing is owned any more: the guard needs no deadline.</summary>
    public sealed record StandDown : LeaseEffect;

    /// <summary>Reset this node now. The reason is written down before.</summary>
    public sealed record ResetNode(string Reason) : LeaseEffect;
}
