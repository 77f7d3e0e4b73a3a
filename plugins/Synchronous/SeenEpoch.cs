using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.Synchronous;

/// <summary>The newest epoch that this node has seen, on its own disk: the store may be away when it matters.</summary>
/// <param name="file">Where it is kept.</param>
internal sealed class SeenEpoch(string file)
{
    public Outcome<Epoch> Read()
    {
        try
        {
            return !File.Exists(file) ? Epoch.None
                : long.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? new Epoch(value)
                : Wrong("it does not hold a number");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Wrong(e.Message);
        }
    }

    /// <summary>Keeps an epoch if it is newer. On disk when this returns.</summary>
    public Outcome Store(Epoch epoch)
    {
        var known = Read();
        if (!known.IsOk || known.Value >= epoch)
        {
            return known.WithoutValue();
        }

        try
        {
            var next = file + ".new";
            using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
            {
                stream.Write(System.Text.Encoding.ASCII.GetBytes(epoch.ToString()));
                stream.Flush(flushToDisk: true);
            }

            Durable.Replace(next, file);
            return Outcome.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Wrong(e.Message).Fault!;
        }
    }

    private Outcome<Epoch> Wrong(string why) => new Fault(
        FaultCode.DataPathUnavailable, $"cannot keep the epoch in {file}", why, "Mend the backend's state folder.", Retry.AfterLook);
}
