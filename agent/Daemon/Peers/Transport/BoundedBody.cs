using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Reads a whole message, but never more than it may have.</summary>
internal static class BoundedBody
{
    public static async Task<Outcome<byte[]>> ReadAsync(Stream body, int limit, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        var chunk = new byte[Math.Min(limit, 16 * 1024)];
        int read;
        while ((read = await body.ReadAsync(chunk, cancellation)) > 0)
        {
            if (content.Length + read > limit)
            {
                return PeerFaults.AnswerInvalid($"the message is longer than {limit} bytes");
            }

            await content.WriteAsync(chunk.AsMemory(0, read), cancellation);
        }

        return content.ToArray();
    }
}
