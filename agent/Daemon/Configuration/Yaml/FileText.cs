using System.Text;

namespace NodeAgent.Daemon.Configuration.Yaml;

/// <summary>Reads a file into text, or says why it is none that a person would have written.</summary>
internal static class FileText
{
    /// <summary>In bytes. A configuration has some kilobytes; anything near this is a wrong file.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The text, or null after a problem was reported.</summary>
    /// <param name="file">Which.</param>
    /// <param name="problems">Where problems go.</param>
    /// <param name="missing">What to do if there is none.</param>
    public static string? Read(string file, ProblemList problems, string missing)
    {
        var start = Place.StartOf(file);
        if (Directory.Exists(file))
        {
            problems.Error(start, ConfigProblem.WholeFile, "this is a directory", "Name the file in it");
            return null;
        }

        try
        {
            using var stream = File.OpenRead(file);
            return Decode(ReadUpTo(stream, MaxBytes + 1), file, problems);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Error(start, ConfigProblem.WholeFile, "there is no such file", missing);
        }
        catch (UnauthorizedAccessException)
        {
            problems.Error(start, ConfigProblem.WholeFile, "permission denied", "Run as root, or mend the file's mode");
        }
        catch (Exception failure) when (failure is IOException or NotSupportedException or ArgumentException)
        {
            problems.Error(start, ConfigProblem.WholeFile, $"cannot be read: {OneLine(failure.Message)}", "Check the path and the file system");
        }

        return null;
    }

    /// <summary>A message of somebody else's, fit for one line.</summary>
    public static string OneLine(string message) =>
        new([.. message.Trim().TrimEnd('.').Select(letter => char.IsControl(letter) ? ' ' : letter)]);

    private static byte[] ReadUpTo(FileStream stream, int limit)
    {
        var buffer = new byte[limit];
        var length = stream.ReadAtLeast(buffer, limit, throwOnEndOfStream: false);
        return buffer[..length];
    }

    private static string? Decode(byte[] bytes, string file, ProblemList problems)
    {
        var start = Place.StartOf(file);
        if (bytes.Length > MaxBytes)
        {
            problems.Error(start, ConfigProblem.WholeFile, "is larger than 1 MiB", "Check that this is the right file");
            return null;
        }

        if (bytes is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..])
        {
            problems.Error(start, ConfigProblem.WholeFile, "is UTF-16 text", "Save it as UTF-8");
            return null;
        }

        ReadOnlySpan<byte> rest = bytes;
        if (rest is [0xEF, 0xBB, 0xBF, ..])
        {
            problems.Warning(start, ConfigProblem.WholeFile, "begins with a byte order mark", "Save it as UTF-8 without one");
            rest = rest[3..];
        }

        return WrongByte(rest) is not { } at ? Encoding.UTF8.GetString(rest) : Refuse(at, rest);

        string? Refuse(int at, ReadOnlySpan<byte> all)
        {
            var line = 1 + all[..at].Count((byte)'\n');
            var column = at - all[..at].LastIndexOf((byte)'\n');
            var what = all[at] >= 0x80 ? "is not UTF-8 text" : "holds a control character";
            problems.Error(new Place(file, line, column), ConfigProblem.WholeFile, $"{what} (byte 0x{all[at]:x2})", "Remove that byte");
            return null;
        }
    }

    private static int? WrongByte(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var status = Rune.DecodeFromUtf8(bytes[at..], out var rune, out var used);
            var isText = rune.Value is '\n' or '\r' or '\t' || !Rune.IsControl(rune);
            if (status != System.Buffers.OperationStatus.Done || !isText || rune.Value == 0xFEFF)
            {
                return at;
            }

            at += used;
        }

        return null;
    }
}
