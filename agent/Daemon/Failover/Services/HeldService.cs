using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>What a service consisted of when this node opened it.</summary>
/// <param name="Boot">Nothing outlives the boot in which it was started.</param>
/// <param name="Service">As configured then.</param>
internal sealed record HeldService(string Boot, ServiceConfig Service);
