using System.Net.Http.Headers;
using System.Net.Sockets;

using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Cluster.Etcd;

/// <summary>
/// Asks etcd's JSON gateway. A member that fails is left for the next; what may be asked again is asked until the deadline.
/// </summary>
internal sealed class EtcdGateway(EtcdOptions options, TimeProvider time, Func<double> jitter) : IDisposable
{
    private readonly HttpMessageInvoker http = EtcdTransport.Make(options);
    private readonly BootClock clock = new(time);
    private int current;

    public EtcdOptions Options => options;

    public TimeProvider Time => time;

    /// <summary>How long ago that was.</summary>
    public TimeSpan Since(Instant asked) => -clock.Until(asked);

    /// <summary>The member to ask now.</summary>
    public Uri Current => Member(Volatile.Read(ref current));

    /// <summary>Asks until there is an answer, a clear no, or the deadline passed. For questions that do no harm twice.</summary>
    public async Task<EtcdReply> AskAsync(string path, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        var end = clock.Now.Add(options.Deadline);
        var pause = options.FirstPause;
        for (var tries = 1; ; tries++)
        {
            var asked = Current;
            var reply = await AskAtAsync(asked, path, question, cancellation);
            if (reply.Fault is null || !reply.TryOther || clock.Now >= end)
            {
                return reply;
            }

            MoveOn(asked);
            if (tries % options.Endpoints.Count == 0)
            {
                await PauseAsync(pause, cancellation);
                pause = Longer(pause);
            }
        }
    }

    /// <summary>Asks a second member only if the first surely did nothing.</summary>
    public async Task<EtcdReply> AskOnceAsync(string path, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var asked = Current;
            var reply = await AskAtAsync(asked, path, question, cancellation);
            if (reply.TryOther)
            {
                MoveOn(asked);
            }

            if (!reply.TryOther || !reply.NotDone || tries == options.Endpoints.Count)
            {
                return reply;
            }
        }
    }

    /// <summary>One question to one member.</summary>
    public async Task<EtcdReply> AskAtAsync(Uri endpoint, string path, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        var askedAt = clock.Now;
        var asked = AskToTheEndAsync(endpoint, path, question, askedAt, cancellation);
        try
        {
            // Given up on, but not broken off: its connection would have to be made anew, which a busy node cannot afford.
            return await asked.WaitAsync(options.TryTimeout, time, cancellation);
        }
        catch (TimeoutException)
        {
            return new(null, EtcdFaults.Late(endpoint, options.TryTimeout), NotDone: false, TryOther: true, askedAt);
        }
    }

    // Never throws but when cancelled: nobody may be there any more to hear of it.
    private async Task<EtcdReply> AskToTheEndAsync(Uri endpoint, string path, ReadOnlyMemory<byte> question, Instant askedAt, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.TryTimeout * EtcdTransport.LateFactor, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var response = await SendAsync(endpoint, path, question, both.Token);
            var body = await response.Content.ReadAsByteArrayAsync(both.Token);
            return EtcdErrors.Read(endpoint, response.StatusCode, body, askedAt);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(null, EtcdFaults.Late(endpoint, options.TryTimeout), NotDone: false, TryOther: true, askedAt);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException)
        {
            return EtcdFaults.Broken(endpoint, failure, askedAt);
        }
    }

    /// <summary>A question whose answer goes on and on.</summary>
    public Task<HttpResponseMessage> SendAsync(Uri endpoint, string path, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        var content = new ReadOnlyMemoryContent(question);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, path)) { Content = content };
        return http.SendAsync(request, cancellation);
    }

    /// <summary>Leaves a member, if it is the one that is asked now: of three questions that it left unanswered together only one moves on.</summary>
    public void MoveOn(Uri from)
    {
        var asked = Volatile.Read(ref current);
        if (Member(asked) == from)
        {
            _ = Interlocked.CompareExchange(ref current, asked + 1, asked);
        }
    }

    /// <summary>Waits between half and the whole of a pause.</summary>
    public Task PauseAsync(TimeSpan pause, CancellationToken cancellation) => Task.Delay(pause * (0.5 + (jitter() / 2)), time, cancellation);

    /// <summary>The pause after this one.</summary>
    public TimeSpan Longer(TimeSpan pause) => pause * 2 > options.LongestPause ? options.LongestPause : pause * 2;

    public void Dispose() => http.Dispose();

    private Uri Member(int number) => options.Endpoints[(int)((uint)number % options.Endpoints.Count)];
}
