namespace NodeAgent.Contract;

/// <summary>Where a backend says what happens. Lines reach the journal with the backend's name.</summary>
public interface IBackendLog
{
    /// <summary>Writes a line. Never put a secret into it.</summary>
    void Write(Severity severity, string message);
}
