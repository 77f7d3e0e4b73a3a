using NodeAgent.Core.Leases;

namespace NodeAgent.Daemon.Configuration;

/// <summary>How services fail over.</summary>
/// <param name="Stall">How long a node may stall before its services are taken from it.</param>
/// <param name="Device">The watchdog's timeout that is counted with; null: as long as a stall.</param>
/// <param name="Guard">The guard's socket.</param>
/// <param name="TrustSoftdog">True if a watchdog counts that hangs with its kernel.</param>
/// <param name="HangLimit">How long storage may answer nothing before the services on it are moved.</param>
internal sealed record FailoverConfig(TimeSpan Stall, TimeSpan? Device, string Guard, bool TrustSoftdog, TimeSpan HangLimit)
{
    /// <summary>What all timings are computed from.</summary>
    public TimingChoice Choice => new(Stall, Device ?? Stall);
}
