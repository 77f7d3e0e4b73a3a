using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Linux.Bus;
using NodeAgent.Linux.Commands;
using NodeAgent.Linux.Services;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>Makes the services of the configuration into what can be run here.</summary>
/// <param name="commands">The way to programs.</param>
/// <param name="units">The way to systemd.</param>
/// <param name="homes">How the guests of a service come to this node.</param>
/// <param name="time">The clocks.</param>
internal sealed class ServiceCatalogue(CommandRunner commands, SystemdUnits units, Func<string, GuestHome> homes, TimeProvider time)
{
    /// <summary>All services that may run on this node, by name.</summary>
    /// <param name="configured">From the configuration.</param>
    /// <param name="self">This node.</param>
    /// <param name="members">All nodes, for services that name none.</param>
    public IReadOnlyDictionary<string, RunnableService> Make(IEnumerable<ServiceConfig> configured, NodeId self, Func<IReadOnlyList<NodeId>> members) => configured
        .Where(service => service.Nodes.Count == 0 || service.Nodes.Contains(self))
        .ToDictionary(service => service.Name, service => Make(service, members), StringComparer.Ordinal);

    /// <summary>One service, whether it may run on this node or not.</summary>
    public RunnableService Make(ServiceConfig service, Func<IReadOnlyList<NodeId>> members) => new(
        service.Name,
        service.Units,
        new ServiceParts([.. service.Parts.Select(part => Part(service, part))], time),
        Sum(service.Parts.Select(part => part.StartTimeout)),
        new ServicePolicy(service.Name, [.. service.Nodes])
        {
            HasCopies = service.Units.Count > 0,
            LossLimit = service.RpoLimit,
            With = [.. service.With],
            Apart = [.. service.Apart],
            FailsBack = service.FailBack,
            Spreads = service.Spread,
            OnNodeStop = service.OnNodeStop,
            RestartLimit = service.RestartLimit,
            MoveLimit = service.MoveLimit,
            StopLimit = Sum(service.Parts.Select(part => part.StopTimeout)),
        },
        service.Nodes.Count > 0 ? null : members) { Definition = service };

    private IServicePart Part(ServiceConfig service, PartConfig part) => part.Kind switch
    {
        PartKind.Systemd => new SystemdPart(units, part.What),
        PartKind.Ocf => Ocf(service, part),
        PartKind.Machine => Guest(GuestKind.Machine, service, part),
        PartKind.Container => Guest(GuestKind.Container, service, part),
        _ => throw new InvalidOperationException($"unknown kind {part.Kind}"),
    };

    private OcfPart Ocf(ServiceConfig service, PartConfig part)
    {
        var colon = part.What.IndexOf(':', StringComparison.Ordinal);
        var agent = new OcfAgent(part.What[..colon], part.What[(colon + 1)..], $"{service.Name}-{part.Name}", part.Parameters);
        return new OcfPart(commands, time, agent);
    }

    private GuestPart Guest(GuestKind kind, ServiceConfig service, PartConfig part) =>
        new(commands, time, kind, int.Parse(part.What, CultureInfo.InvariantCulture), homes(service.Name));

    private static TimeSpan Sum(IEnumerable<TimeSpan> spans) => TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond, spans.Sum(span => span.Ticks)));
}
