namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>A data stream from a peer. An early end of the connection shows as an exception when reading, never as an end.</summary>
internal sealed class PeerDownload(HttpResponseMessage response, Stream content) : IAsyncDisposable
{
    public Stream Content { get; } = content;

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        response.Dispose();
    }
}
