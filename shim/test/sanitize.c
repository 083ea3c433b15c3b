/* Only in `make memcheck`. The tests choose the whole environment, so ASAN_OPTIONS would not arrive. */
const char *__asan_default_options(void);

/* Short-lived programs leave their buffers to the kernel. */
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
