namespace NodeAgent.Tests.Support;

/// <summary>A folder of its own for one test, gone at its end.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>A folder on disk.</summary>
    public TempFolder()
        : this(Directory.CreateTempSubdirectory("nodeagent-test-").FullName)
    {
    }

    private TempFolder(string path) => Path = path;

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>A folder in memory where the system has one: for tests that make thousands of files durable.</summary>
    public static TempFolder InMemory()
    {
        const string Memory = "/dev/shm";
        return Directory.Exists(Memory)
            ? new TempFolder(Directory.CreateDirectory(System.IO.Path.Join(Memory, "nodeagent-test-" + System.IO.Path.GetRandomFileName())).FullName)
            : new TempFolder();
    }

    /// <summary>The full path of something in it.</summary>
    public string this[string name] => System.IO.Path.Join(Path, name);

    /// <summary>Writes an executable shell script and returns its full path.</summary>
    public string Script(string name, string body)
    {
        var path = this[name];
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(
            path,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test removed it.
        }
    }
}
