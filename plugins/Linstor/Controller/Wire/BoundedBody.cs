namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>Reads a body up to a size: who answers without end must not fill this node's memory.</summary>
internal static class BoundedBody
{
    public const int MostBytes = 16 << 20;

    /// <summary>The body; null: it is larger than <paramref name="most"/>.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContent content, int most, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > most)
        {
            return null;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var read = new MemoryStream();
        var buffer = new byte[16384];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            if (read.Length + count > most)
            {
                return null;
            }

            await read.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }

        return read.ToArray();
    }
}
