using System.Net;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// A request body that is produced while it is sent. If the producer fails, the connection is broken off: an orderly
/// end would make half a stream look whole.
/// </summary>
internal sealed class UploadContent : HttpContent
{
    private readonly Func<Stream, CancellationToken, Task<Outcome>> produce;
    private readonly Func<Stream, Stream> wrap;

    public UploadContent(Func<Stream, CancellationToken, Task<Outcome>> produce, Func<Stream, Stream> wrap)
    {
        this.produce = produce;
        this.wrap = wrap;
        Headers.ContentType = new("application/octet-stream");
    }

    /// <summary>Set when the producer has begun: from then on the peer may have seen bytes.</summary>
    public bool Started { get; private set; }

    /// <summary>Why the producer failed.</summary>
    public Fault? ProducerFault { get; private set; }

    /// <summary>Called after the last byte.</summary>
    public Action? Finished { get; init; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Started = true;
        var outcome = await produce(wrap(stream), cancellationToken);
        if (!outcome.IsOk)
        {
            ProducerFault = outcome.Fault;
            throw new IOException("the producer failed");
        }

        Finished?.Invoke();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
