using NodeAgent.Bench.Agents;
using NodeAgent.Bench.Measures;
using NodeAgent.Bench.Running;
using NodeAgent.Contract;

namespace NodeAgent.Bench.Benchmarks;

/// <summary>1 GiB over a link between two nodes: mutual TLS, HTTP, rate limit, idle limit. Peers: a bare SslStream, and TCP without TLS.</summary>
internal sealed class PeerStream : IBenchmark
{
    private const long Size = 1L << 30;
    private const double LeastRatio = 0.8;
    private static readonly byte[] Chunk = new byte[256 * 1024];

    public string Name => "peer-stream";

    public async Task<IReadOnlyList<Figure>> RunAsync(Action<string> say)
    {
        using var folder = new WorkFolder();
        await using var nodes = await LinkedNodes.StartAsync(folder.Path, new DrainRoute());
        using var certificate = Plain.Certificate();
        var (ours, tls) = await Repeat.MediansAsync(
            3, () => SendAsync(nodes), () => Plain.TlsAsync(Size, Chunk, certificate));
        var (oursBusy, tlsBusy) = (
            await Repeat.ProcessorSecondsAsync(() => SendAsync(nodes)), await Repeat.ProcessorSecondsAsync(() => Plain.TlsAsync(Size, Chunk, certificate)));
        var tcp = await Repeat.MedianSecondsAsync(3, () => Plain.TcpAsync(Size, Chunk));
        var beside = Figure.Beside(Name, Size / 1e6 / ours, "MB/s", "SslStream, TLS 1.3, both certificates", Size / 1e6 / tls);
        return
        [
            beside with { Bar = Bar.AtLeast(beside.Ratio!.Value, LeastRatio, "x peer") },
            Figure.Beside($"{Name}.processor", oursBusy, "s of both ends", "SslStream, TLS 1.3, both certificates", tlsBusy),
            Figure.Beside($"{Name}.tcp", Size / 1e6 / ours, "MB/s", "TCP without TLS", Size / 1e6 / tcp),
        ];
    }

    private static async Task SendAsync(LinkedNodes nodes)
    {
        var drained = await nodes.Link.SendStreamAsync<DrainRoute.Drained>(
            DrainRoute.Route,
            async (stream, cancellation) =>
            {
                for (long done = 0; done < Size; done += Chunk.Length)
                {
                    await stream.WriteAsync(Chunk, cancellation);
                }

                return Outcome.Done;
            },
            CancellationToken.None);
        if (!drained.IsOk || drained.Value.Bytes != Size)
        {
            throw new CannotRunException(drained.Fault?.ToString() ?? $"{drained.Value.Bytes} bytes came");
        }
    }
}
