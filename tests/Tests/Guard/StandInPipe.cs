using System.Diagnostics;

namespace NodeAgent.Tests.Guard;

/// <summary>A pipe in the watchdog's place, and what was written into it.</summary>
internal sealed class StandInPipe : IDisposable
{
    private const int RecordSize = 9;
    private readonly List<FeedRecord> records = [];
    private readonly FileStream stream;
    private readonly Thread reader;

    public StandInPipe(string path)
    {
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        // For both ways: it has no end while no guard has it open.
        stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        reader = new Thread(Read) { IsBackground = true };
        reader.Start();
    }

    /// <summary>All so far.</summary>
    public IReadOnlyList<FeedRecord> Records
    {
        get
        {
            lock (records)
            {
                return [.. records];
            }
        }
    }

    /// <summary>When it was fed; starting feeds too.</summary>
    public IReadOnlyList<long> Feeds => [.. Records.Where(record => record.What is 'F' or 'S').Select(record => record.At)];

    public int Count(char what) => Records.Count(record => record.What == what);

    public void Dispose()
    {
        stream.Write(new byte[RecordSize]);
        reader.Join();
        stream.Dispose();
    }

    private void Read()
    {
        var bytes = new byte[RecordSize];
        while (true)
        {
            stream.ReadExactly(bytes);
            if (bytes[0] == 0)
            {
                return;
            }

            lock (records)
            {
                records.Add(new((char)bytes[0], BitConverter.ToInt64(bytes, 1)));
            }
        }
    }
}
