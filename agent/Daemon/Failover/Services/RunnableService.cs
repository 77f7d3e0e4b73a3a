using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Linux.Services;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>A service as this node would run it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Units">They are opened before anything is started, and closed after everything is stopped.</param>
/// <param name="Parts">What is started.</param>
/// <param name="StartLimit">How long the start may take.</param>
/// <param name="Policy">What was chosen for it.</param>
internal sealed record RunnableService(
    string Name, IReadOnlyList<UnitId> Units, ServiceParts Parts, TimeSpan StartLimit, ServicePolicy Policy);
