using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Daemon.Status;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Daemon.Api;

/// <summary>Makes what the agent says of itself. Waits for nothing.</summary>
internal sealed class SelfSight(AgentConfig config, ClusterSeat seat, CommandRunner commands, TimeProvider time)
{
    public SelfReport Make(IReadOnlyList<OperationLine> open) => new(
        StatusMerge.ApiVersion,
        config.Node,
        AgentVersion.Running,
        $"{ContractVersion.Major}.{ContractVersion.Minor}",
        Environment.Version.ToString(),
        AgentVersion.RestartRequired(),
        time.GetUtcNow(),
        seat.Node?.CertificateEnd,
        seat.Node is { } among ? [.. among.Links.Status().Select(Sight)] : [],
        [.. commands.Stuck.Select(stuck => new StuckCommand(stuck.Tool, stuck.Verb, stuck.Pid, stuck.StartedAt))],
        open) { Configuration = config.Place };

    private static PeerSight Sight(PeerStatus peer) => new(
        peer.Node,
        peer.Reachable,
        peer.Skew is { } skew ? Math.Round(skew.TotalSeconds, 3) : null,
        [.. peer.Paths.Select(path => new PathLine(
            path.Network, path.Remote.ToString(), path.State == PathState.Unknown ? null : path.State == PathState.Up,
            path.RoundTrip?.TotalMilliseconds))]);
}
