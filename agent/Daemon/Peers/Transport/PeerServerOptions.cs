using System.Net;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>What a <see cref="PeerServer"/> needs.</summary>
internal sealed record PeerServerOptions(
    NodeIdentity Identity,
    PeerTrust Trust,
    IReadOnlyList<IPEndPoint> Listen,
    IReadOnlyList<IPeerEndpoints> Endpoints,
    ReceivedStreams Received,
    TimeProvider Time,
    ILoggerFactory Logs);
