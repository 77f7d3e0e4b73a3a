using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Daemon.Api;

/// <summary>What an agent says of itself, for <c>nodeagent version</c> and <c>nodeagent doctor</c>.</summary>
/// <param name="ApiVersion">The version of this shape.</param>
/// <param name="Node">The node.</param>
/// <param name="Version">The version that runs.</param>
/// <param name="Contract">The plugin contract that it serves.</param>
/// <param name="Runtime">The .NET that it runs on.</param>
/// <param name="RestartRequired">The version that still runs although another is installed; null if they are the same.</param>
/// <param name="At">Its wall clock.</param>
/// <param name="CertificateEnd">When this node's certificate ends; null if it is in no cluster.</param>
/// <param name="Peers">The other members.</param>
/// <param name="StuckCommands">Programs that were killed and do not die.</param>
/// <param name="OpenOperations">Operations that have not ended.</param>
internal sealed record SelfReport(
    string ApiVersion,
    NodeId Node,
    string Version,
    string Contract,
    string Runtime,
    string? RestartRequired,
    DateTimeOffset At,
    DateTimeOffset? CertificateEnd,
    IReadOnlyList<PeerSight> Peers,
    IReadOnlyList<StuckCommand> StuckCommands,
    IReadOnlyList<OperationLine> OpenOperations)
{
    /// <summary>The configuration that it runs with; null if it is older than this field.</summary>
    public ConfigPlace? Configuration { get; init; }
}
