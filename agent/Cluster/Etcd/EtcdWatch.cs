using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Etcd;

/// <summary>
/// One watch over many connections. It remembers the next revision it wants: after a broken connection it goes on there, and what comes
/// twice is dropped. A member that stopped answering, or that lost its leader, keeps the connection open and says nothing: so it is
/// asked for an agreed read whenever it said nothing for a while, and left if that fails.
/// </summary>
internal sealed class EtcdWatch(EtcdGateway gateway, KeyRange range)
{
    // Who reads goes on in the thread that brings a line: each would else wake another for a moment.
    private static readonly BoundedChannelOptions Unhurried = new(1024) { SingleReader = true, AllowSynchronousContinuations = true };
    private const int FailedProbes = 2;
    private long heard;

    public async IAsyncEnumerable<WatchStep> RunAsync(long from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = from;
        var pause = gateway.Options.FirstPause;
        while (true)
        {
            var endpoint = gateway.Current;
            var lines = Channel.CreateBounded<EtcdWatchAnswer>(Unhurried);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var reading = ReadAsync(endpoint, next, lines.Writer, stop.Token);
            var fault = EtcdFaults.Odd("watch", "the connection ended");
            try
            {
                await foreach (var answer in lines.Reader.ReadAllAsync(cancellation))
                {
                    if (answer.Compacted is { } oldest)
                    {
                        yield return new WatchStep.Compacted(oldest);
                        yield break;
                    }

                    if (answer.Fault is not null)
                    {
                        fault = answer.Fault;
                        break;
                    }

                    if (answer.Created)
                    {
                        pause = gateway.Options.FirstPause;
                        yield return new WatchStep.Connected();
                    }

                    foreach (var step in answer.Steps.Where(step => step.Revision >= next))
                    {
                        next = step.Revision + 1;
                        yield return step;
                    }
                }
            }
            finally
            {
                await stop.CancelAsync();
                await reading;
            }

            yield return new WatchStep.Interrupted(fault);
            if (gateway.Current == endpoint)
            {
                gateway.MoveOn(endpoint);
            }

            await gateway.PauseAsync(pause, cancellation);
            pause = gateway.Longer(pause);
        }
    }

    // Never throws: whatever ends the connection becomes the last line.
    private async Task ReadAsync(Uri endpoint, long from, ChannelWriter<EtcdWatchAnswer> lines, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var probing = Task.CompletedTask;
        Fault? fault = null;
        try
        {
            probing = ProbeAsync(endpoint, lines, stop);
            using var response = await gateway.SendAsync(endpoint, "/v3/watch", EtcdQuestions.Watch(range, from), stop.Token);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stop.Token));
            while (await reader.ReadLineAsync(stop.Token) is { } line)
            {
                if (line.Length > 0)
                {
                    _ = Interlocked.Increment(ref heard);
                    await lines.WriteAsync(EtcdWatchAnswer.Read(endpoint, Encoding.UTF8.GetBytes(line)), stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Somebody wants the end, or the probe found the member dead and said so.
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException)
        {
            fault = EtcdFaults.Broken(endpoint, failure, default).Fault;
        }

        await stop.CancelAsync();
        await probing;
        if (fault is not null)
        {
            _ = lines.TryWrite(new(Created: false, null, [], fault));
        }

        lines.TryComplete();
    }

    private async Task ProbeAsync(Uri endpoint, ChannelWriter<EtcdWatchAnswer> lines, CancellationTokenSource stop)
    {
        try
        {
            for (var failed = 0; failed < FailedProbes;)
            {
                var before = Interlocked.Read(ref heard);
                await Task.Delay(gateway.Options.ProbeEvery, gateway.Time, stop.Token);
                if (Interlocked.Read(ref heard) != before)
                {
                    // A member that tells of changes is neither silent nor without a leader.
                    failed = 0;
                    continue;
                }

                var reply = await gateway.AskAtAsync(endpoint, "/v3/kv/range", EtcdQuestions.Probe(), stop.Token);
                failed = reply.Fault is null ? 0 : failed + 1;
                if (failed == FailedProbes)
                {
                    _ = lines.TryWrite(new(Created: false, null, [], reply.Fault));
                    await stop.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The watch ended first.
        }
    }
}
