using System.Security.Cryptography;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>Writes known content into volumes and reads it back, as a service would.</summary>
internal static class Content
{
    private const int Longest = 100_000;

    /// <summary>Writes at places that the seed chooses; durable when it returns.</summary>
    public static async Task WriteAsync(
        Opened volume, VolumeSpec spec, int seed, int writes, CancellationToken cancellation)
    {
        var choice = new Choice(seed);
        for (var write = 0; write < writes; write++)
        {
            var bytes = new byte[1 + choice.Next(Longest)];
            if (choice.Next(5) != 0)
            {
                choice.Fill(bytes);
            }

            var offset = choice.Next((int)Math.Min(int.MaxValue, spec.Bytes - bytes.Length));
            if (spec.Kind == VolumeKind.Block)
            {
                await WriteBlockAsync(volume, offset, bytes, cancellation);
            }
            else
            {
                await File.WriteAllBytesAsync(Path.Combine(volume.Path, $"file-{offset % 16}"), bytes, cancellation);
            }
        }
    }

    public static async Task WriteBlockAsync(Opened volume, long offset, byte[] bytes, CancellationToken cancellation)
    {
        await using var stream = await volume.OpenAsync(FileAccess.Write, cancellation);
        stream.Position = offset;
        await stream.WriteAsync(bytes, cancellation);
        await stream.FlushAsync(cancellation);
        if (stream is FileStream file)
        {
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
    }

    /// <summary>Stands for all that the volume holds.</summary>
    public static async Task<string> DigestAsync(Opened volume, VolumeSpec spec, CancellationToken cancellation)
    {
        if (spec.Kind == VolumeKind.Block)
        {
            await using var file = await volume.OpenAsync(FileAccess.Read, cancellation);
            return Convert.ToHexString(await SHA256.HashDataAsync(file, cancellation));
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(volume.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            digest.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetRelativePath(volume.Path, file)));
            digest.AppendData(await File.ReadAllBytesAsync(file, cancellation));
        }

        return Convert.ToHexString(digest.GetHashAndReset());
    }

    /// <summary>True if a service cannot write to the volume any more.</summary>
    public static async Task<bool> RefusesWritesAsync(Opened volume, VolumeSpec spec, CancellationToken cancellation)
    {
        try
        {
            if (spec.Kind == VolumeKind.Block)
            {
                await WriteBlockAsync(volume, 0, [1, 2, 3], cancellation);
            }
            else
            {
                await File.WriteAllTextAsync(Path.Combine(volume.Path, "late"), "late", cancellation);
            }

            return false;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
