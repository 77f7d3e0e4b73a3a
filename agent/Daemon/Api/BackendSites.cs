using NodeAgent.Contract;

namespace NodeAgent.Daemon.Api;

/// <summary>Mirroring between sites, of one backend.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Sight">What it sees; null if it cannot tell.</param>
/// <param name="Fault">Why it cannot tell; null if it can.</param>
internal sealed record BackendSites(BackendId Backend, SiteSight? Sight, string? Fault);
