namespace NodeAgent.Core.Leases;

/// <summary>What an operator chooses, and what the machine gives; everything else is computed from it.</summary>
/// <param name="Stall">S: how long a node may stall before its services are taken from it.</param>
/// <param name="Device">How long after its last feed the watchdog resets the node, as read back from it.</param>
public sealed record TimingChoice(TimeSpan Stall, TimeSpan Device)
{
    /// <summary>The default of S: 4 s.</summary>
    public static readonly TimeSpan DefaultStall = TimeSpan.FromSeconds(4);

    /// <summary>How much later than its timeout a device may fire.</summary>
    public TimeSpan DeviceSlack { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How wrong a node's clock may run, in parts per million, either way.</summary>
    public double ClockError { get; init; } = 500;

    /// <summary>What is added to the lease for delays that no clock measures.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>S as given, with a device that takes the same.</summary>
    public static TimingChoice Of(TimeSpan stall) => new(stall, stall);
}
