using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>Lines for the journal. Only before the loop: the journal may wait for a disk.</summary>
internal static unsafe class StartLog
{
    public static void Say(string line) => Write($"<6>{line}\n");

    public static void Warn(string line) => Write($"<4>{line}\n");

    public static void Fail(string line) => Write($"<3>{line}\n");

    /// <summary>As it is.</summary>
    public static void Print(string text) => Write($"{text}\n");

    private static void Write(string line)
    {
        var bytes = CString.Of(line);
        fixed (byte* start = bytes)
        {
            _ = LibC.write(2, start, (nuint)bytes.Length - 1);
        }
    }
}
