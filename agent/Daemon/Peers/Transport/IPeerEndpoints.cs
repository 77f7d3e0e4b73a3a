namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Routes that peers may call, under <c>/peers/v1</c>. A handler finds the caller with
/// <see cref="PeerRequest.Peer"/>; only members get that far.
/// </summary>
internal interface IPeerEndpoints
{
    void Map(IEndpointRouteBuilder routes);
}
