namespace NodeAgent.Tests.Support;

/// <summary>Waits for the world outside this process, which no manual clock steers.</summary>
internal static class Until
{
    /// <summary>Ends when the condition holds; fails after half a minute.</summary>
    public static async Task TrueAsync(Func<bool> condition)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.IsLessThan(6000, tries, "waited in vain");
            await Task.Delay(5);
        }
    }
}
