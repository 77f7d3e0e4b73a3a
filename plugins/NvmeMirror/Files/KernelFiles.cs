using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Files;

/// <summary>Files and folders of configfs and sysfs. Failures are faults; a missing file is no text.</summary>
internal static class KernelFiles
{
    /// <summary>The text without its line end; null if the file is not there or cannot be read.</summary>
    public static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The text without its line end; null if the file is not there. One that is there and cannot be read is a fault.</summary>
    public static Outcome<string?> Look(string file) => Look<string?>(file, () => File.ReadAllText(file).Trim(), null);

    /// <summary>The names in a folder; none if it is not there. One that is there and cannot be read is a fault.</summary>
    public static Outcome<IReadOnlyList<string>> LookInto(string folder) => Look<IReadOnlyList<string>>(
        folder, () => [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)], []);

    /// <summary>Writes a value in one piece, as attributes of the kernel want it. The value is never repeated in the fault.</summary>
    public static Outcome Write(string file, string value) => Try($"cannot write {file}", () =>
    {
        using var handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(handle, System.Text.Encoding.ASCII.GetBytes(value), 0);
    });

    /// <summary>Writes a value unless it is there already.</summary>
    public static Outcome Set(string file, string value) => Read(file) == value ? Outcome.Done : Write(file, value);

    /// <summary>Makes a folder; there already: done.</summary>
    public static Outcome MakeFolder(string folder) => Try($"cannot make {folder}", () => Directory.CreateDirectory(folder));

    /// <summary>Removes a folder that has nothing in it but what the kernel put there. Not there: done.</summary>
    public static Outcome RemoveFolder(string folder) =>
        Directory.Exists(folder) ? Try($"cannot remove {folder}", () => Directory.Delete(folder)) : Outcome.Done;

    /// <summary>Makes a link; there already: done.</summary>
    public static Outcome Link(string link, string target) =>
        IsLink(link) ? Outcome.Done : Try($"cannot make {link}", () => File.CreateSymbolicLink(link, target));

    /// <summary>Removes a link; not there: done.</summary>
    public static Outcome Unlink(string link) => IsLink(link) ? Try($"cannot remove {link}", () => File.Delete(link)) : Outcome.Done;

    /// <summary>The names in a folder, in order; empty if it is not there.</summary>
    public static IReadOnlyList<string> List(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static Outcome<T> Look<T>(string path, Func<T> read, T absent)
    {
        try
        {
            return new Outcome<T>(read());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Outcome<T>(absent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Faults.Data($"cannot look at {path}", e.Message, "Look at 'dmesg'.");
        }
    }

    private static Outcome Try(string what, Action action)
    {
        try
        {
            action();
            return Outcome.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Fault(FaultCode.DataPathUnavailable, what, "the kernel refused it", "Look at 'dmesg'.", Retry.AfterLook) { Native = e.Message };
        }
    }
}
