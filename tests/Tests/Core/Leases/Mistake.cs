using NodeAgent.Core.Leases;

namespace NodeAgent.Tests.Core.Leases;

/// <summary>A world in which something may be wrong; nothing is unless said.</summary>
internal sealed record Mistake(Timings Timings)
{
    /// <summary>The holder counts from when the answer came.</summary>
    public bool CountsFromAnswer { get; init; }

    /// <summary>The guard feeds as long as the agent lives.</summary>
    public bool GuardIgnoresDeadline { get; init; }

    /// <summary>When the device really fires after the last feed.</summary>
    public double DeviceSeconds { get; init; } = Timings.Choice.Device.TotalSeconds;

    /// <summary>How much each clock may err.</summary>
    public double ClockError { get; init; } = Timings.Choice.ClockError / 1_000_000;
}
