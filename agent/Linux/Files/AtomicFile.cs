namespace NodeAgent.Linux.Files;

public static class AtomicFile
{
    public static void Write(string path, ReadOnlySpan<byte> content) => File.WriteAllBytes(path, content.ToArray());

    public static void Delete(string path) => File.Delete(path);
}
