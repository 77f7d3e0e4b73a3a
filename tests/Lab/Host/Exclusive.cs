namespace NodeAgent.Lab.Host;

/// <summary>One at a time, across processes; the kernel lets go when the process ends.</summary>
public static class Exclusive
{
    public static IDisposable? TryTake(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static async Task<IDisposable> TakeAsync(string file, string who, CancellationToken cancel)
    {
        var told = false;
        while (true)
        {
            if (TryTake(file) is { } taken)
            {
                return taken;
            }

            if (!told)
            {
                Say.Line($"waiting for {who}");
                told = true;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        }
    }
}
