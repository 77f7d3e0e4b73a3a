using NodeAgent.Contract;

namespace NodeAgent.Core.Leases;

/// <summary>What the local lease is told. Instants are of this node's boot clock.</summary>
public abstract record LeaseInput
{
    private LeaseInput()
    {
    }

    /// <summary>
    /// The store kept this lease alive, or granted it to a node that owned nothing; asked for at <paramref name="SentAt"/>.
    /// A lease that ended is never renewed: a node that owned something under it releases all and begins anew.
    /// </summary>
    public sealed record Renewed(Instant SentAt) : LeaseInput;

    /// <summary>The store says that this lease is no more: whoever waits for that may begin.</summary>
    public sealed record Ended : LeaseInput;

    /// <summary>Time passed.</summary>
    public sealed record Ticked : LeaseInput;

    /// <summary>Every service is stopped and every unit demoted, looked at and seen.</summary>
    public sealed record AllReleased : LeaseInput;

    /// <summary>A service did not stop, or a unit could not be demoted.</summary>
    public sealed record ReleaseFailed(string Why) : LeaseInput;
}
