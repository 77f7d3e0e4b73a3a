using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// All ways to one peer. A call takes the most preferred path that works and goes on to the next as long as the peer
/// cannot have seen anything; a stream that broke is told to the caller, who knows where to take it up again.
/// </summary>
internal sealed class PeerLink(PathContext context, ImmutableArray<PeerPath> paths) : IDisposable
{
    private readonly ByteCount sent = new();

    public NodeId Node => context.Node;

    public ImmutableArray<PeerPath> Paths { get; } = paths;

    /// <summary>The last hello and when its clock was compared; set by the probe.</summary>
    public (Hello Hello, TimeSpan Skew)? LastHello { get; set; }

    public PeerStatus Status() => new(
        Node, [.. Paths.Select(path => path.Status)], LastHello?.Hello, LastHello?.Skew,
        sent.Value, context.Received.Value);

    /// <summary>A small question. Only for routes that may be asked twice: another path is tried after any trouble.</summary>
    public async Task<Outcome<T>> CallAsync<T>(
        HttpMethod method, string route, object? message, CancellationToken cancellation)
        where T : class
    {
        var faults = new List<Fault>();
        foreach (var path in InOrder())
        {
            var attempt = await CallOnAsync<T>(path, method, route, message, context.Deadlines.Call, cancellation);
            if (!attempt.PathFailed)
            {
                return attempt.Outcome;
            }

            faults.Add(attempt.Outcome.Fault!);
        }

        return Unreachable(faults);
    }

    /// <summary>
    /// Sends a data stream and returns the peer's answer to it. <see cref="FaultCode.PeerUnavailable"/>: nothing was
    /// sent; <see cref="FaultCode.TimedOut"/>: it broke off, call again after a look at the peer.
    /// </summary>
    public async Task<Outcome<T>> SendStreamAsync<T>(
        string route, Func<Stream, CancellationToken, Task<Outcome>> produce, CancellationToken cancellation)
        where T : class
    {
        var faults = new List<Fault>();
        foreach (var path in InOrder())
        {
            var attempt = await UploadOnAsync<T>(path, route, produce, cancellation);
            if (!attempt.PathFailed)
            {
                return attempt.Outcome;
            }

            faults.Add(attempt.Outcome.Fault!);
        }

        return Unreachable(faults);
    }

    /// <summary>As <see cref="CallAsync"/>, on one path and with its own deadline.</summary>
    public async Task<PathAttempt<T>> CallOnAsync<T>(
        PeerPath path, HttpMethod method, string route, object? message, TimeSpan within,
        CancellationToken cancellation)
        where T : class
    {
        using var request = Request(method, route, message is null ? null : Json(message));
        var exchange = new PathExchange(path, context.Time, cancellation);
        return await exchange.RunAsync(
            within,
            async limit => await PathExchange.ReadAsync<T>(await path.SendAsync(request, limit), limit));
    }

    public void Dispose()
    {
        foreach (var path in Paths)
        {
            path.Dispose();
        }
    }

    private async Task<PathAttempt<T>> UploadOnAsync<T>(
        PeerPath path, string route, Func<Stream, CancellationToken, Task<Outcome>> produce,
        CancellationToken cancellation)
        where T : class
    {
        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, context.Time);
        using var content = new UploadContent(produce, stream => Wrap(path, stream))
        {
            Finished = () => deadline.CancelAfter(context.Deadlines.Answer),
        };
        using var request = Request(HttpMethod.Post, route, content);
        // The peer may refuse before anything is produced and sent.
        request.Headers.ExpectContinue = true;
        var exchange = new PathExchange(path, context.Time, cancellation);
        var attempt = await exchange.RunAsync(
            deadline,
            async limit => await PathExchange.ReadAsync<T>(await path.SendAsync(request, limit), limit));
        if (content.ProducerFault is { } fault)
        {
            return new(fault, PathFailed: false);
        }

        return attempt.PathFailed && content.Started
            ? new(LinkFaults.StreamCut(Node, path.Status, attempt.Outcome.Fault!.Why), PathFailed: false)
            : attempt;
    }

    private CountedStream Wrap(PeerPath path, Stream stream) => new CountedStream(
        new RateLimitedStream(new IdleLimitedStream(stream, context.Deadlines.Idle, context.Time), path.Limit), sent);

    // Working paths first, each group in order of preference; a path that is down is still better than none.
    private IEnumerable<PeerPath> InOrder() => Paths.OrderBy(path => path.Status.State == PathState.Down);

    private Fault Unreachable(List<Fault> faults) =>
        faults.Count == 0 ? LinkFaults.NoPath(Node) : LinkFaults.Unreachable(Node, faults);

    private static HttpRequestMessage Request(HttpMethod method, string route, HttpContent? content) =>
        new(method, PathExchange.Address(route)) { Content = content };

    private static JsonContent Json(object message) =>
        JsonContent.Create(message, message.GetType(), options: PeerJson.Options);
}
