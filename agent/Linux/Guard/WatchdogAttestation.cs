namespace NodeAgent.Linux.Guard;

/// <summary>What the guard set and read back; what a lease with proof by deadline rests on.</summary>
/// <param name="Kind">What would reset this node.</param>
/// <param name="Driver">The driver's name of itself.</param>
/// <param name="Timeout">From the last feed to the reset.</param>
public sealed record WatchdogAttestation(WatchdogKind Kind, string Driver, TimeSpan Timeout)
{
    /// <summary>How long before the reset the kernel acts; zero if it does not.</summary>
    public TimeSpan Pretimeout { get; init; }

    /// <summary>True if not even the guard can stop the device.</summary>
    public bool CannotBeStopped { get; init; }

    /// <summary>True if the device says that the boot before this one ended by it.</summary>
    public bool EndedLastBoot { get; init; }

    /// <summary>True if the guard runs with real-time priority.</summary>
    public bool IsRealTime { get; init; }

    /// <summary>True if no page of the guard can be fetched from a disk.</summary>
    public bool IsLocked { get; init; }

    /// <summary>True if others may rely on the reset; a soft one only if an operator said so.</summary>
    public bool IsTrusted => Kind is WatchdogKind.Hardware or WatchdogKind.Multiplexed;
}
