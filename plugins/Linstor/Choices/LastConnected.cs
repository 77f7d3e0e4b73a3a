using System.Globalization;

namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>When the two copies were last seen connected, by this node's wall clock: kept on disk, exact to a minute, for people only.</summary>
/// <param name="file">Where it is kept.</param>
/// <param name="time">The clocks.</param>
internal sealed class LastConnected(string file, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private DateTimeOffset? noted;
    private bool isConnected;

    /// <summary>What the last look showed.</summary>
    public void See(bool connected)
    {
        var now = time.GetUtcNow();
        if (connected ? noted is null || now - noted >= Every || now < noted : isConnected)
        {
            noted = now;
            Write(now);
        }

        isConnected = connected;
    }

    public string Say()
    {
        try
        {
            return isConnected ? "now" : File.Exists(file) ? File.ReadAllText(file).Trim() : "not seen";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"unknown: {e.Message}";
        }
    }

    private void Write(DateTimeOffset at)
    {
        try
        {
            File.WriteAllText(file, at.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only for people: a full disk must not stop the upkeep.
        }
    }
}
