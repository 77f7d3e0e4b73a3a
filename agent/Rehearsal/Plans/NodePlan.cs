namespace NodeAgent.Rehearsal.Plans;

/// <summary>A node as a rehearsal begins.</summary>
/// <param name="Name">Its name.</param>
public sealed record NodePlan(string Name)
{
    /// <summary>True if it has power.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>True if it reaches the others.</summary>
    public bool IsConnected { get; init; } = true;

    /// <summary>True if an operator wants it empty.</summary>
    public bool IsDrained { get; init; }

    /// <summary>True if it has a watchdog whose timeout was read back.</summary>
    public bool HasWatchdog { get; init; } = true;

    /// <summary>True if a fence device can cut its power.</summary>
    public bool CanBeFenced { get; init; }

    /// <summary>True if it runs an agent. False: a witness, which only votes.</summary>
    public bool HasAgent { get; init; } = true;

    /// <summary>True if it has a vote in the store.</summary>
    public bool HasVote { get; init; } = true;

    /// <summary>How wrong its clock runs, in parts per million.</summary>
    public double ClockError { get; init; }
}
