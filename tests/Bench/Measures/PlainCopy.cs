namespace NodeAgent.Bench.Measures;

/// <summary>A file over loopback TCP into another file, synced: what a copy costs that promises nothing.</summary>
internal static class PlainCopy
{
    public static Task<double> MedianSecondsAsync(string from, string to, long bytes) =>
        Repeat.MedianSecondsAsync(3, () => CopyAsync(from, to, bytes));

    private static async Task CopyAsync(string from, string to, long bytes)
    {
        var (client, server) = await Plain.ConnectAsync();
        await using (client)
        await using (server)
        {
            await Task.WhenAll(SendAsync(from, client, bytes), ReceiveAsync(server, to, bytes));
        }
    }

    private static async Task SendAsync(string from, Stream client, long bytes)
    {
        await using var file = File.OpenRead(from);
        var buffer = new byte[1024 * 1024];
        for (long done = 0; done < bytes;)
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, bytes - done)));
            await client.WriteAsync(buffer.AsMemory(0, read));
            done += read;
        }
    }

    private static async Task ReceiveAsync(Stream server, string to, long bytes)
    {
        await using var file = File.Create(to);
        var buffer = new byte[1024 * 1024];
        for (long done = 0; done < bytes;)
        {
            var read = await server.ReadAsync(buffer);
            await file.WriteAsync(buffer.AsMemory(0, read));
            done += read;
        }

        file.Flush(flushToDisk: true);
    }
}
