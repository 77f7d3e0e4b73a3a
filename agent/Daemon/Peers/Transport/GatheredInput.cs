using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Puts a <see cref="GatheringStream"/> between a connection's TLS and its requests.</summary>
internal static class GatheredInput
{
    private const int ReadSize = 128 * 1024;

    public static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var direct = connection.Transport;
        var gathering = new GatheringStream(connection.Features.Get<ISslStreamFeature>()!.SslStream);
        var input = PipeReader.Create(gathering, new StreamPipeReaderOptions(bufferSize: ReadSize, minimumReadSize: ReadSize / 2, leaveOpen: true, useZeroByteReads: true));
        connection.Transport = new Pipes(input, direct.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            await input.CompleteAsync();
            connection.Transport = direct;
        }
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
